"""How do encoded bytes become mono 16 kHz samples without trusting the bytes?

`decoder.SandboxedDecoder` is what the worker uses. Everything that touches foreign bytes (`child`,
`decoding`, `media`, `promise`, `mixing`, `resampling`) runs in a child process that may do nothing
else; the child imports no pydantic and no settings, because it is started again after every death.
"""
