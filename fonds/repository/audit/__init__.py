"""The audit: every stored version read again in every copy when it is due, judged, and written down."""

from fonds.repository.audit.ask import audit
from fonds.repository.audit.pace import Pace, may_read_now, pace_of
from fonds.repository.audit.result import ALL, DUE, AuditProgress, AuditResult, Unreached
from fonds.repository.audit.run import overdue_before

__all__ = [
    "ALL",
    "DUE",
    "AuditProgress",
    "AuditResult",
    "Pace",
    "Unreached",
    "audit",
    "may_read_now",
    "overdue_before",
    "pace_of",
]
