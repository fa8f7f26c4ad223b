-- The catalogue: fruits, what we know of them, recipes, and which fruits a recipe is of.
--
-- Every rule here is one that no program may break. Rules over JSON are written as "no element is wrong"; functions
-- name their schema, so that they work under the empty search_path of a pg_dump. Nothing that plain pg_dump and psql
-- could not carry to another server. A CHECK that comes out null passes: hence the coalesce where a key may be absent.

CREATE TABLE public.fruits (
    fruit_name    text PRIMARY KEY,
    display_name  text NOT NULL,
    plural        text NOT NULL,
    other_names   text[] NOT NULL DEFAULT '{}',
    ai_identifier text,
    kind_of       text,
    warnings      jsonb NOT NULL DEFAULT '[]',
    recognizable  boolean,
    -- deferred, because one transaction may give one fruit's identifier to another, or bring a kind after its kinds
    CONSTRAINT fruits_ai_identifier_unique UNIQUE (ai_identifier) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fruits_kind_of_known FOREIGN KEY (kind_of) REFERENCES public.fruits (fruit_name)
        ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fruits_name_shape CHECK (fruit_name ~ '^[a-z]+(_[a-z]+)*$' AND length(fruit_name) <= 40),
    CONSTRAINT fruits_ai_identifier_shape CHECK (ai_identifier ~ '^[a-z]+(_[a-z]+)*$' AND length(ai_identifier) <= 40),
    CONSTRAINT fruits_names_given CHECK (display_name <> '' AND plural <> ''),
    CONSTRAINT fruits_other_names_given CHECK (array_position(other_names, NULL) IS NULL
                                               AND array_position(other_names, '') IS NULL),
    CONSTRAINT fruits_kind_of_another CHECK (kind_of <> fruit_name),
    CONSTRAINT fruits_warnings_shape CHECK (
        jsonb_typeof(warnings) = 'array'
        AND NOT jsonb_path_exists(warnings, '$[*] ? (
            !exists(@.text ? (@.type() == "string" && @ != ""))
            || !exists(@.source ? (@.type() == "string" && @ != ""))
            || !exists(@.kind ? (@ == "low_acid" || @ == "harmful_part" || @ == "foraging" || @ == "medical"
                                 || @ == "allergy" || @ == "handling" || @ == "storage")))'))
);
COMMENT ON TABLE public.fruits IS 'Kinds that the model or the catalogue names.';
COMMENT ON COLUMN public.fruits.ai_identifier IS 'The label the model gives; null when a camera cannot know it.';
COMMENT ON COLUMN public.fruits.recognizable IS 'Whether the shipped model names it; null until update_coverage ran.';
CREATE INDEX fruits_kind_of ON public.fruits (kind_of) WHERE kind_of IS NOT NULL;

CREATE TABLE public.profiles (
    fruit_name      text PRIMARY KEY REFERENCES public.fruits (fruit_name) ON DELETE CASCADE,
    scientific_name text NOT NULL,
    family          text NOT NULL,
    description     text NOT NULL,
    season          jsonb,
    season_source   text,
    choosing        text NOT NULL,
    storing         text NOT NULL,
    preparing       text NOT NULL,
    goes_well_with  text[] NOT NULL,
    jam_uses        text NOT NULL,
    flavor          jsonb NOT NULL,
    chemistry       jsonb NOT NULL,
    colours         jsonb NOT NULL,
    -- what is asked for by itself; worked out, so that it cannot differ from the figures with their sources
    pectin_class    text GENERATED ALWAYS AS (chemistry #>> '{pectin_class,value}') STORED,
    acid_class      text GENERATED ALWAYS AS (chemistry #>> '{acid_class,value}') STORED,
    ph_high         numeric GENERATED ALWAYS AS ((chemistry #>> '{ph,high}')::numeric) STORED,
    CONSTRAINT profiles_prose_given CHECK (
        scientific_name <> '' AND family <> '' AND description <> '' AND choosing <> '' AND storing <> ''
        AND preparing <> '' AND jam_uses <> ''),
    CONSTRAINT profiles_season_shape CHECK (season IS NULL OR (
        season ?& ARRAY['north', 'south']
        AND jsonb_typeof(season -> 'north') = 'array' AND jsonb_typeof(season -> 'south') = 'array'
        AND NOT jsonb_path_exists(season, '$.*[*] ? (!(@.type() == "number" && @ >= 1 && @ <= 12))'))),
    CONSTRAINT profiles_flavor_scale CHECK (
        flavor ?& ARRAY['sweet', 'tart', 'acid', 'floral', 'earthy', 'note']
        AND NOT jsonb_path_exists(flavor, '$.keyvalue() ? (@.key != "note"
            && !(@.value.type() == "number" && @.value >= 1 && @.value <= 10))')),
    CONSTRAINT profiles_figures_sourced CHECK (
        chemistry ?& ARRAY['water', 'sugars', 'fibre', 'pectin', 'carbohydrate', 'titratable_acid', 'energy',
                           'vitamin_c', 'pectin_class', 'acid_class', 'ph']
        AND NOT jsonb_path_exists(chemistry, '$.keyvalue() ? (
                @.key != "ph" && @.key != "ph_missing_because" && @.key != "pectin_class" && @.key != "acid_class").value
            ? (!exists(@.unit ? (@.type() == "string" && @ != ""))
               || !(exists(@.value ? (@.type() == "number" && @ >= 0)) && exists(@.source ? (@.type() == "string"))
                    || exists(@.value ? (@ == null)) && exists(@.missing_because ? (@.type() == "string"))))')),
    CONSTRAINT profiles_classes_sourced CHECK (
        NOT jsonb_path_exists(chemistry, '$.keyvalue() ? (@.key == "pectin_class" || @.key == "acid_class").value
            ? (!(exists(@.value ? (@ == "high" || @ == "medium" || @ == "borderline" || @ == "low"))
                 && exists(@.source ? (@.type() == "string"))
                 || exists(@.value ? (@ == null)) && exists(@.missing_because ? (@.type() == "string"))))')),
    CONSTRAINT profiles_ph_sourced CHECK (
        jsonb_path_exists(chemistry, '$ ? (
            exists(@.ph ? (@.low >= 0 && @.high <= 14 && @.low <= @.high && @.source.type() == "string"))
            || @.ph == null && exists(@.ph_missing_because ? (@.type() == "string")))')),
    CONSTRAINT profiles_colours_shape CHECK (
        jsonb_path_exists(colours, '$.fruit ? (@ like_regex "^#[0-9a-f]{6}$")')
        AND jsonb_path_exists(colours, '$.jam ? (@ like_regex "^#[0-9a-f]{6}$")'))
);
COMMENT ON TABLE public.profiles IS 'What we know of a fruit: one row makes it covered.';
COMMENT ON COLUMN public.profiles.chemistry IS 'Per 100 g edible: each figure {value, unit, source, missing_because}.';

CREATE TABLE public.recipes (
    id            integer GENERATED BY DEFAULT AS IDENTITY (START WITH 100000 MINVALUE 100000) PRIMARY KEY,
    origin        text NOT NULL,
    title         text NOT NULL,
    slug          text NOT NULL,
    kind          text NOT NULL,
    tested        boolean NOT NULL,
    summary       text NOT NULL,
    ingredients   jsonb NOT NULL,
    instructions  jsonb NOT NULL,
    end_point     jsonb NOT NULL,
    yield         jsonb NOT NULL,
    servings      integer,
    prep_minutes  integer,
    cook_minutes  integer,
    rest_minutes  integer NOT NULL DEFAULT 0,
    total_minutes integer,
    difficulty    text NOT NULL,
    keeping       jsonb NOT NULL,
    rating        double precision,
    review_count  integer NOT NULL DEFAULT 0,
    source        text NOT NULL,
    source_url    text,
    licence       text NOT NULL,
    warnings      jsonb NOT NULL DEFAULT '[]',
    created       date NOT NULL,
    scraped       date,
    CONSTRAINT recipes_slug_unique UNIQUE (slug) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT recipes_slug_shape CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 80),
    CONSTRAINT recipes_title_shape CHECK (length(title) BETWEEN 3 AND 120),
    CONSTRAINT recipes_kind_known CHECK (kind IN ('jam', 'jelly', 'marmalade', 'preserve', 'conserve', 'butter', 'curd',
                                                  'chutney', 'compote')),
    CONSTRAINT recipes_difficulty_known CHECK (difficulty IN ('easy', 'medium', 'hard')),
    CONSTRAINT recipes_origin_known CHECK (origin IN ('content', 'scraped')),
    CONSTRAINT recipes_id_range CHECK (id > 0 AND (origin = 'content') = (id < 100000)),
    CONSTRAINT recipes_scraped_dated CHECK ((origin = 'scraped') = (scraped IS NOT NULL)),
    -- a scraped slug ends in its own id, and content's never look so: neither can take the other's address
    CONSTRAINT recipes_slug_by_origin CHECK ((origin = 'scraped') = (slug ~ '-[0-9]{6,}$')
                                             AND (origin = 'content' OR slug LIKE '%-' || id)),
    CONSTRAINT recipes_prose_given CHECK (summary <> '' AND source <> '' AND licence <> ''),
    CONSTRAINT recipes_source_url_shape CHECK (source_url ~ '^https?://'),
    CONSTRAINT recipes_ingredients_shape CHECK (
        jsonb_typeof(ingredients) = 'array' AND jsonb_path_exists(ingredients, '$[0]')
        AND NOT jsonb_path_exists(ingredients, '$[*] ? (
            !exists(@.item ? (@.type() == "string" && @ != ""))
            || !exists(@.role ? (@ == "fruit" || @ == "sugar" || @ == "acid" || @ == "pectin" || @ == "spice"
                                 || @ == "liquid" || @ == "other")))')),
    CONSTRAINT recipes_quantities_sensible CHECK (
        NOT jsonb_path_exists(ingredients, '$[*] ? (
            !exists(@.quantity)
            || exists(@.quantity ? (@ != null && !(@.type() == "number" && @ > 0 && @ <= 20000)))
            || exists(@.quantity_max ? (@ != null && !(@.type() == "number" && @ > 0 && @ <= 20000)))
            || exists(@.grams ? (@ != null && !(@.type() == "number" && @ >= 0)))
            || @.quantity_max.type() == "number" && !(@.quantity_max > @.quantity))')),
    -- a page that was scraped may say "water, as needed"; we say how much
    CONSTRAINT recipes_quantities_given CHECK (
        origin = 'scraped'
        OR NOT jsonb_path_exists(ingredients, '$[*] ? (@.quantity == null && @.role != "spice" && @.role != "other")')),
    CONSTRAINT recipes_instructions_shape CHECK (
        jsonb_typeof(instructions) = 'array' AND jsonb_path_exists(instructions, '$[0]')
        AND NOT jsonb_path_exists(instructions, '$[*] ? (!exists(@.text ? (@.type() == "string" && @ != "")))')),
    CONSTRAINT recipes_end_point_shape CHECK (
        coalesce(jsonb_typeof(end_point -> 'tests'), '') = 'array'
        AND NOT jsonb_path_exists(end_point, '$.tests[*] ? (!(@ == "thermometer" || @ == "wrinkle" || @ == "sheeting"
                                                              || @ == "mound" || @ == "timed" || @ == "thickened"))')),
    CONSTRAINT recipes_yield_shape CHECK (
        jsonb_path_exists(yield, '$.basis ? (@ == "stated" || @ == "computed" || @ == "unknown")')
        AND NOT jsonb_path_exists(yield, '$.keyvalue() ? (@.key != "basis" && @.value != null
            && !(@.value.type() == "number" && @.value > 0))')
        AND (yield ->> 'basis' = 'unknown' OR jsonb_path_exists(yield, '$.jars ? (@ > 0)'))),
    CONSTRAINT recipes_times_sensible CHECK (
        servings > 0 IS NOT FALSE AND prep_minutes >= 0 IS NOT FALSE AND cook_minutes >= 0 IS NOT FALSE
        AND rest_minutes >= 0 AND total_minutes >= 0 IS NOT FALSE),
    CONSTRAINT recipes_rating_range CHECK (rating >= 0 AND rating <= 5 AND review_count >= 0),
    CONSTRAINT recipes_keeping_shape CHECK (
        jsonb_path_exists(keeping, '$.method ? (@ == "boiling_water" || @ == "refrigerate" || @ == "freeze")')
        AND jsonb_path_exists(keeping, '$.note ? (@.type() == "string" && @ != "")')),
    -- nobody invents a processing time: boiling water only for a tested method, with minutes and their source
    CONSTRAINT recipes_processing_tested CHECK (
        keeping ->> 'method' <> 'boiling_water'
        OR (tested AND jsonb_path_exists(keeping, '$.processing[0]') AND coalesce(keeping ->> 'processing_source', '') <> '')),
    CONSTRAINT recipes_processing_minutes CHECK (
        NOT jsonb_path_exists(keeping, '$.processing[*] ? (!(@.jar_ml > 0 && @.above_m >= 0 && @.minutes > 0))')
        AND (keeping ->> 'method' = 'boiling_water' OR NOT jsonb_path_exists(keeping, '$.processing[0]'))),
    CONSTRAINT recipes_warnings_shape CHECK (
        jsonb_typeof(warnings) = 'array'
        AND NOT jsonb_path_exists(warnings, '$[*] ? (
            !exists(@.text ? (@.type() == "string" && @ != ""))
            || !exists(@.source ? (@.type() == "string" && @ != ""))
            || !exists(@.kind ? (@ == "low_acid" || @ == "harmful_part" || @ == "foraging" || @ == "medical"
                                 || @ == "allergy" || @ == "handling" || @ == "storage")))'))
);
COMMENT ON TABLE public.recipes IS 'Fruit preserves. Ids below 100000 are our content, the others scraped.';
CREATE INDEX recipes_kind ON public.recipes (kind, tested);

CREATE TABLE public.recipe_fruits (
    recipe_id  integer NOT NULL REFERENCES public.recipes (id) ON DELETE CASCADE,
    fruit_name text NOT NULL REFERENCES public.fruits (fruit_name),
    position   smallint NOT NULL,
    is_primary boolean NOT NULL,
    PRIMARY KEY (recipe_id, fruit_name),
    CONSTRAINT recipe_fruits_position_unique UNIQUE (recipe_id, position) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT recipe_fruits_position_range CHECK (position >= 1)
);
COMMENT ON TABLE public.recipe_fruits IS 'Which fruits a recipe is of; the primary ones first.';
CREATE INDEX recipe_fruits_by_fruit ON public.recipe_fruits (fruit_name, is_primary);

CREATE FUNCTION public.recipe_has_primary_fruit() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    checked integer;
BEGIN
    IF TG_TABLE_NAME = 'recipes' THEN
        checked := NEW.id;
    ELSE
        checked := OLD.recipe_id;
    END IF;
    IF EXISTS (SELECT FROM public.recipes WHERE id = checked)
       AND NOT EXISTS (SELECT FROM public.recipe_fruits WHERE recipe_id = checked AND is_primary) THEN
        RAISE EXCEPTION 'recipe % has no primary fruit', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recipes_primary_fruit', TABLE = 'recipes';
    END IF;
    RETURN NULL;
END
$function$;

CREATE CONSTRAINT TRIGGER recipes_primary_fruit AFTER INSERT ON public.recipes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.recipe_has_primary_fruit();
CREATE CONSTRAINT TRIGGER recipe_fruits_primary_kept AFTER UPDATE OR DELETE ON public.recipe_fruits
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.recipe_has_primary_fruit();

CREATE TABLE public.catalog_version (
    only_row       boolean PRIMARY KEY DEFAULT true,
    version        bigint NOT NULL,
    changed_at     timestamptz NOT NULL,
    content_digest text NOT NULL,
    CONSTRAINT catalog_version_single CHECK (only_row),
    CONSTRAINT catalog_version_positive CHECK (version >= 1),
    CONSTRAINT catalog_version_digest_shape CHECK (content_digest ~ '^[0-9a-f]{64}$')
);
COMMENT ON TABLE public.catalog_version IS
    'One row, written with the content in one transaction; without it the catalogue was never filled.';

-- a view, not columns: coverage follows from the profiles and recipes that are there, and cannot be out of date
CREATE VIEW public.coverage AS
SELECT f.fruit_name,
       p.fruit_name IS NOT NULL AS covered,
       f.recognizable,
       (SELECT count(*) FROM public.recipe_fruits r WHERE r.fruit_name = f.fruit_name AND r.is_primary) AS recipe_count
FROM public.fruits f
LEFT JOIN public.profiles p USING (fruit_name);
COMMENT ON VIEW public.coverage IS 'Per fruit: whether it has a profile, whether the model names it, its recipes.';
