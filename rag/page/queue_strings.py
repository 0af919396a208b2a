"""What the page says about waiting for other questions, in Spanish and in English: a table of `rag.page.strings`."""

QUEUE = {
    "queued": ("En cola: delante hay {place}.", "In the queue: {place} before you."),
    "waited": ("Esperó {seconds} s en cola a que terminaran otras preguntas.",
               "Waited {seconds} s in the queue for other questions to end."),
}  # fmt: skip
