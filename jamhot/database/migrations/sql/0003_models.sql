-- Published models: bundles of files in pieces. Of each profile one at most is in use.

CREATE TABLE public.models (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    profile     text NOT NULL,
    version     text NOT NULL,
    card_sha256 text NOT NULL,
    bytes       bigint NOT NULL,
    published   timestamptz NOT NULL DEFAULT now(),
    in_use      boolean NOT NULL,
    CONSTRAINT models_profile_known CHECK (profile IN ('free', 'paid')),
    CONSTRAINT models_version_short CHECK (length(version) BETWEEN 1 AND 64),
    CONSTRAINT models_card_sha256_hex CHECK (card_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT models_bytes_positive CHECK (bytes > 0)
);
COMMENT ON TABLE public.models IS 'Every publication has a number of its own; rolling back puts an older one in use again.';
CREATE UNIQUE INDEX models_one_in_use ON public.models (profile) WHERE in_use;

CREATE TABLE public.model_parts (
    model_id bigint NOT NULL REFERENCES public.models (id) ON DELETE CASCADE,
    file     text NOT NULL,
    part     integer NOT NULL,
    data     bytea NOT NULL,
    PRIMARY KEY (model_id, file, part),
    CONSTRAINT model_parts_of_a_megabyte CHECK (length(data) BETWEEN 1 AND 1048576)
);
-- Weights do not shrink: trying to compress them costs time and gains nothing.
ALTER TABLE public.model_parts ALTER COLUMN data SET STORAGE EXTERNAL;
