# A hash-pinned list without the packages of torch that come from elsewhere on machines without CUDA.
/^[A-Za-z0-9]/ { drop = /^(cuda-|nvidia-|triton==|torch==|torchaudio==)/ }
!drop
