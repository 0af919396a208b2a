"""Tomo's page: `streamlit run app.py`."""

from rag.opening import open_assistant
from rag.page.shell import run_page

run_page(open_assistant)
