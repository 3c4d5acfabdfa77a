"""Figures of a course, one file per kind. ``gallery.draw_all`` makes those that a course has the data for."""
