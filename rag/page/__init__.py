"""The page in the browser: what a person asks, reads and adds. Streamlit is named here and in app.py only."""
