"""From labelled photos to a bundle: dataset → features → fit → calibrate → quantise → evaluate → bundle.

Needs the extra `train`. Never imported by the service.
"""
