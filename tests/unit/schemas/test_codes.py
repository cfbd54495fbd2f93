"""The closed set of codes."""

from schemas.codes import ErrorCode, WarningCode

# Promised by docs/contract.md: dashboards and producers know these words.
CODES = """
    invalid_job unsupported_operation operation_disabled model_refused model_unavailable
    audio_uri_refused audio_not_found audio_forbidden audio_changed audio_too_large audio_too_long
    audio_undecodable audio_empty audio_truncated audio_channel_missing speaker_bounds_impossible
    output_uri_refused output_not_writable output_conflict out_of_memory device_failure
    deadline_passed crashed_worker storage_unavailable internal
"""
RETRYABLE = """
    model_unavailable out_of_memory device_failure crashed_worker storage_unavailable internal
"""


def test_no_code_is_lost_or_renamed() -> None:
    assert {str(code) for code in ErrorCode} >= set(CODES.split())


def test_only_what_may_heal_by_itself_is_retryable() -> None:
    assert {str(code) for code in ErrorCode if code.retryable} == set(RETRYABLE.split())


def test_a_warning_is_an_error_that_did_not_happen() -> None:
    assert {str(code) for code in WarningCode} <= {str(code) for code in ErrorCode}
