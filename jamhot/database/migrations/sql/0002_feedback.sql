-- What people say the camera got wrong: labels and a day. No picture, no address, no time of day.

CREATE TABLE public.feedback (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day        date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date,
    said       text,
    meant      text NOT NULL,
    candidates jsonb NOT NULL,
    model      text NOT NULL,
    CONSTRAINT feedback_labels_short CHECK (length(said) BETWEEN 1 AND 60 IS NOT FALSE AND length(meant) BETWEEN 1 AND 60),
    CONSTRAINT feedback_model_short CHECK (length(model) BETWEEN 1 AND 60),
    CONSTRAINT feedback_candidates_shape CHECK (
        jsonb_typeof(candidates) = 'array' AND jsonb_array_length(candidates) <= 5
        AND NOT jsonb_path_exists(candidates, '$[*] ? (
            !exists(@.name ? (@.type() == "string" && @ != ""))
            || !exists(@.confidence ? (@.type() == "number" && @ >= 0 && @ <= 1)))'))
);
COMMENT ON TABLE public.feedback IS 'What people say a photo showed. Refers to no other table: labels outlive fruits.';
COMMENT ON COLUMN public.feedback.said IS 'The label the service gave; null when it named none.';
CREATE INDEX feedback_by_day ON public.feedback (day);
