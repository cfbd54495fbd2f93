"""Which figures does the worker expose, noun by noun?"""
