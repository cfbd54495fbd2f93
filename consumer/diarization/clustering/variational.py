"""How many speakers does VBx keep, and how much of each voice is theirs?

Landini et al.: Bayesian HMM clustering of x-vector sequences (VBx) in speaker diarization. As in
stock the hidden Markov model is a mixture; the numbers of equations are those of the paper.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp  # type: ignore[import-untyped]

ROWS = 1024
"""Responsibilities are computed for so many voices at a time; fixed, for the sake of bits."""
SHARES = 2**21
"""Or for fewer where speakers are many, as in noise: so many shares are 16 MB."""
SMOOTHING = 7.0
MOST_ITERATIONS = 20
IMPROVEMENT = 1e-4
FLOOR = 1e-8
KEPT = 1e-7
"""The least share of all voices that makes a speaker."""
CLEARLY = 100.0
"""Shares die out, or are those of a person; in between is nothing that could be told for sure."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prior:
    """How much speakers differ, and how much is made of what is heard of them."""

    between: Floats
    """The variance between speakers in each PLDA dimension, shape (dimensions,); phi in the paper.

    That within a speaker is one in all of them."""
    evidence_scale: float
    """How much a voice counts, below 1 as neighbouring windows share their sound; F_A."""
    speaker_scale: float
    """How readily speakers die out: the higher, the fewer are left; F_B."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """The posterior of the speakers, each a latent vector whose prior is standard normal."""

    prior: Prior
    means: Floats
    """Shape (speakers, dimensions); alpha in the paper."""
    variances: Floats
    """Shape (speakers, dimensions); the diagonal of the inverse of L."""
    log_shares: Floats
    """How much of all voices each speaker has, as a logarithm: of pi; shape (speakers,)."""

    def responsibilities(self, voices: Floats) -> tuple[Floats, Floats]:
        """Return the share of each speaker in each voice, and the log-likelihood of each voice.

        Shapes (voices, speakers), gamma in the paper, and (voices,); voices are PLDA features of
        shape (voices, dimensions).
        """
        scale, between = self.prior.evidence_scale, self.prior.between
        constant = -0.5 * (
            np.sum(voices**2, axis=1, keepdims=True) + voices.shape[1] * np.log(2 * np.pi)
        )
        expected = (voices * np.sqrt(between)) @ self.means.T
        spread = 0.5 * (self.variances + self.means**2) @ between
        joint = scale * (expected - spread + constant) + self.log_shares  # (23)
        likelihood = logsumexp(joint, axis=-1)
        return np.exp(joint - likelihood[:, None]), likelihood

    def bound(self, likelihood: Floats) -> float:
        """Return the evidence lower bound, equation (25)."""
        divergence = np.sum(np.log(self.variances) - self.variances - self.means**2 + 1)
        return float(np.sum(likelihood) + self.prior.speaker_scale * 0.5 * divergence)


@dataclass(frozen=True, slots=True)
class Occupancy:
    """All that an iteration needs of the responsibilities: N x S of them never exist at once."""

    voices: Floats
    """How many voices each speaker has, a sum of shares; shape (speakers,)."""
    sums: Floats
    """Of all voices, weighted by those shares and scaled by the root of `Prior.between` (rho in the
    paper); shape (speakers, dimensions)."""

    @property
    def shares(self) -> Floats:
        """Return how much of all voices each speaker has."""
        return np.asarray(self.voices / self.voices.sum())

    def mixture(self, prior: Prior, shares: Floats) -> Mixture:
        """Return the posterior of the speakers, equations (16) and (17)."""
        ratio = prior.evidence_scale / prior.speaker_scale
        variances = 1.0 / (1 + ratio * self.voices[:, None] * prior.between)
        return Mixture(prior, ratio * variances * self.sums, variances, np.log(shares + FLOOR))


@dataclass(frozen=True, slots=True)
class Speakers:
    """What VBx found."""

    mixture: Mixture
    shares: Floats
    """How much of all voices each speaker has; shape (speakers,), of sum one."""
    iterations: int

    def centroids(self, features: Floats, embeddings: NDArray[np.floating]) -> Floats:
        """Return the mean embedding of each kept speaker, shape (kept speakers, dimension).

        A row of `features` is the PLDA's of the same row of `embeddings`.
        """
        kept = np.flatnonzero(is_kept(self.shares))
        sums = np.zeros((len(kept), embeddings.shape[1]))
        weights = np.zeros(len(kept))
        for block in _blocks(len(features), len(self.shares)):
            shares = self.mixture.responsibilities(features[block])[0][:, kept]
            sums += shares.T @ embeddings[block]
            weights += shares.sum(axis=0)
        return np.asarray(sums / weights[:, None])


def is_kept(shares: Floats) -> NDArray[np.bool_]:
    """Tell who has any voices left; shares are those in all voices, shape (speakers,)."""
    return shares > KEPT


def are_clear(shares: Floats) -> bool:
    """Tell whether every share is far from the least that makes a speaker."""
    far = (shares < KEPT / CLEARLY) | (shares > KEPT * CLEARLY)
    return bool(far.all())


def find_speakers(clusters: NDArray[np.intp], features: Floats, prior: Prior) -> Speakers:
    """Start from clusters numbered without gaps and iterate until nothing improves.

    Clusters have the shape (voices,), features (voices, dimensions).
    """
    occupancy = _initial(clusters, features, prior)
    shares = np.full(len(occupancy.voices), 1 / len(occupancy.voices))
    bounds = [-np.inf]
    while len(bounds) <= MOST_ITERATIONS:
        mixture = occupancy.mixture(prior, shares)
        occupancy, likelihood = _reassign(mixture, features)
        shares = occupancy.shares
        bounds.append(mixture.bound(likelihood))
        if bounds[-1] - bounds[-2] < IMPROVEMENT:
            break
    return Speakers(mixture, shares, len(bounds) - 1)


def _initial(clusters: NDArray[np.intp], features: Floats, prior: Prior) -> Occupancy:
    """Sum up responsibilities that are the softmax of each voice's own cluster."""
    members = np.bincount(clusters)
    in_order = np.argsort(clusters, kind="stable")
    starts = np.concatenate(([0], np.cumsum(members)[:-1]))
    sums = np.add.reduceat(features[in_order], starts, axis=0) * np.sqrt(prior.between)
    others = 1 / (np.exp(SMOOTHING) + len(members) - 1)
    own = others * np.exp(SMOOTHING)
    return Occupancy(
        others * len(clusters) + (own - others) * members,
        others * sums.sum(axis=0) + (own - others) * sums,
    )


def _reassign(mixture: Mixture, features: Floats) -> tuple[Occupancy, Floats]:
    voices, sums = np.zeros(len(mixture.means)), np.zeros_like(mixture.means)
    likelihood = np.empty(len(features))
    for block in _blocks(len(features), len(voices)):
        shares, likelihood[block] = mixture.responsibilities(features[block])
        voices += shares.sum(axis=0)
        sums += shares.T @ (features[block] * np.sqrt(mixture.prior.between))
    return Occupancy(voices, sums), likelihood


def _blocks(rows: int, speakers: int) -> list[slice]:
    size = max(1, min(ROWS, SHARES // speakers))
    return [slice(start, start + size) for start in range(0, rows, size)]
