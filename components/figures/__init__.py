"""Plotly figures as pure functions: values in, a figure out."""
