"""A turn that cannot come to its end, with Rasa itself: it is as if the message had never been sent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

from customer_profiler.channels.rest.connector import watched
from customer_profiler.serving.tracker_store import ProfilerTrackerStore

if TYPE_CHECKING:
    from rasa.core.agent import Agent

MODEL = Path(__file__).parents[2] / "models" / "profiler.tar.gz"

pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore")]  # of the libraries that Rasa loads


class Actions(EndpointConfig):
    """An action server in memory: it knows some events, and is away once ``away_from`` is asked for."""

    def __init__(self, away_from: str, **events: Mapping[str, Any]) -> None:
        super().__init__("http://actions.test")
        self.away_from = away_from
        self.events = events
        self.asked: list[str] = []

    async def request(self, *args: Any, json: Mapping[str, Any], **kwargs: Any) -> Any:
        """Answer as an action server does."""
        name = json["next_action"]
        self.asked.append(name)
        if name == self.away_from:
            raise ConnectionError
        slots = [{"event": "slot", "name": slot, "value": value} for slot, value in self.events.get(name, {}).items()]
        return {"events": slots, "responses": [{"text": name}] if name.startswith("action_") else []}


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Agent:
    # What Rasa loads warns of its own ways, which only a running test may ignore.
    from rasa.core.agent import Agent

    monkeypatch.setenv("PROFILER_VAR", str(tmp_path))
    return Agent.load(MODEL, tracker_store=ProfilerTrackerStore(None, domain=Domain.empty()))


async def say(agent: Agent, actions: Actions, text: str) -> list[str]:
    assert agent.processor is not None
    agent.processor.action_endpoint = actions
    said = CollectingOutputChannel()
    await watched(agent.handle_message)(UserMessage(text, said, "ana", input_channel="rest"))
    return [message["text"] for message in said.messages]


@pytest.mark.parametrize("away_from", ["validate_lead_form", "action_ask_lead_name", "action_choose_product"])
async def test_a_form_that_could_not_begin_begins_when_the_message_comes_again(agent: Agent, away_from: str) -> None:
    opening = {"next_step": "lead", "requested_slot": "lead_name"}
    for _ in range(2):
        said = await say(agent, Actions(away_from, action_choose_product=opening), "/choose_product")
        assert "something went wrong on our side" in said[-1]

    well = Actions("", action_choose_product=opening, validate_lead_form={"requested_slot": "lead_name"})
    assert await say(agent, well, "/choose_product") == ["action_choose_product", "action_ask_lead_name"]
