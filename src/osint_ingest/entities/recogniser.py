"""spaCy's entity recogniser, the same names in half the time.

spaCy 3.8 walks through the tokens of a batch without the interpreter's lock, and takes and gives it back for each of
some 70 possible labels of each token: more than half of what its `ner` costs (perf: take_gil, pthread_mutex_lock).
Walked through from Python, by the steps that training goes by, the lock is held throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from spacy.language import Language
from spacy.pipeline.ner import EntityRecognizer
from spacy.tokens import Doc
from thinc.api import Model

RECOGNISER = "osint_ner"
"""The factory's name: it takes what spaCy's `ner` takes, so a model can be loaded with the one instead of the other."""


class Recogniser(EntityRecognizer):  # type: ignore[misc]
    """`ner`, for reading only."""

    def greedy_parse(self, docs: Sequence[Doc], drop: float = 0.0) -> list[Any]:
        """The states in which the texts are read to their end, as spaCy's own method gives them."""
        batch: list[Any] = self.moves.init_batch(docs)
        step = self.model.predict(docs)
        scores = (
            _scores(step)
            if step.attrs["has_upper"] and not self.model.attrs["unseen_classes"]
            else step.predict
        )
        waiting = [state for state in batch if not state.is_final()]
        while waiting:
            waiting = self.transition_states(waiting, scores(waiting))
        return batch


def _scores(step: Any) -> Callable[[list[Any]], Any]:
    """What `step.predict` does for states, in half the time: a long text is as many steps as it has tokens."""
    hidden, ops = step.state2vec, step.vec2scores.ops
    weights, bias = step.vec2scores.get_param("W"), step.vec2scores.get_param("b")

    def scores(states: list[Any]) -> Any:
        found = ops.gemm(hidden.predict(step.get_token_ids(states)), weights, trans2=True)
        found += bias
        return found

    return scores


@Language.factory(RECOGNISER, assigns=["doc.ents", "token.ent_iob", "token.ent_type"], default_config={})
def make_recogniser(
    nlp: Language,
    name: str,
    model: Model[Any, Any],
    moves: Any = None,
    scorer: Callable[..., Any] | None = None,
    update_with_oracle_cut_size: int = 100,
    incorrect_spans_key: str | None = None,
) -> Recogniser:
    """The component, from the settings that a model gives its `ner`; what only training needs is left aside."""
    return Recogniser(nlp.vocab, model, name, moves, scorer=scorer)
