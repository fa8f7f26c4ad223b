-- Where scraped recipes come from: every page that tells a recipe, and which recipes are variants of each other.

CREATE TABLE public.recipe_sources (
    address      text PRIMARY KEY,
    recipe_id    integer NOT NULL REFERENCES public.recipes (id) ON DELETE CASCADE,
    url          text NOT NULL,
    source       text NOT NULL,
    title        text NOT NULL,
    rating       double precision,
    review_count integer NOT NULL DEFAULT 0,
    scraped      date NOT NULL,
    CONSTRAINT recipe_sources_given CHECK (address <> '' AND source <> '' AND title <> ''),
    CONSTRAINT recipe_sources_url_shape CHECK (url ~ '^https?://'),
    CONSTRAINT recipe_sources_rating_range CHECK (rating BETWEEN 0 AND 5 IS NOT FALSE AND review_count >= 0)
);
COMMENT ON TABLE public.recipe_sources IS 'Every page that tells a scraped recipe; one recipe keeps all of them.';
COMMENT ON COLUMN public.recipe_sources.address IS 'The page, in one spelling; with # and a number where a page tells several.';
CREATE INDEX recipe_sources_by_recipe ON public.recipe_sources (recipe_id);

CREATE TABLE public.recipe_variants (
    recipe_id  integer NOT NULL REFERENCES public.recipes (id) ON DELETE CASCADE,
    variant_id integer NOT NULL REFERENCES public.recipes (id) ON DELETE CASCADE,
    PRIMARY KEY (recipe_id, variant_id),
    CONSTRAINT recipe_variants_once CHECK (recipe_id < variant_id)
);
COMMENT ON TABLE public.recipe_variants IS 'Scraped recipes that are nearly one another; each pair once, the lower id first.';
CREATE INDEX recipe_variants_by_variant ON public.recipe_variants (variant_id);
