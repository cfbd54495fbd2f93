"""Are the pure decisions around decoding right?"""
