"""Does every object store keep the promises of its port?"""
