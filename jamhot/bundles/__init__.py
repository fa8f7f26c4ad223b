"""The operator's side of models: test a bundle, publish it, roll back, teach it a kind. No part of the service."""
