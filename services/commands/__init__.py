"""The commands of `pitazo`, by what they are about; each docstring is a page of the manual."""
