"""The race: our service beside the bare loop and the usual ways to serve a photo model, in one run."""
