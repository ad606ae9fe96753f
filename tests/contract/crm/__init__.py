"""What every target of leads must do, whatever CRM stands behind it: ``suite`` says it, test modules try it."""

import pytest

pytest.register_assert_rewrite("tests.contract.crm.suite")
