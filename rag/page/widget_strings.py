"""What Streamlit's widgets say by themselves, in Spanish and in English; `{x}` is a place for what they name."""

LABELS = (
    ("Barra lateral", "Sidebar"),
    ("Ir a la primera vista", "Navigate to home page"),
    ("Cerrar la barra lateral", "Collapse sidebar"),
    ("Abrir la barra lateral", "Expand sidebar"),
    ("Vistas", "App pages"),
    ("Elegir archivos", "file upload"),
    ("Añadir archivos", "Add files"),
    ("Adjuntar archivos", "Upload files"),
    ("Enviar", "Send message"),
    ("Mostrar la contraseña", "Show password"),
    ("Ocultar la contraseña", "Hide password"),
    ("Cerrar", "Close"),
    ("Desplegar", "Open"),
    ("Elige una opción", "Choose an option"),
    ("Menos", "Decrement"),
    ("Más", "Increment"),
    ("Avance", "progress"),
    ("Páginas de la lista", "Pagination"),
    ("Página anterior", "Previous page"),
    ("Página siguiente", "Next page"),
    ("Página {x}", "Page {x}"),
    ("Quitar todo", "Clear all"),
    ("Quitar {x}", "Remove {x}"),
    ("Ayuda: {x}", "Help for {x}"),
    ("Ayuda", "Help"),
    ("Descartar", "Dismiss"),
    ("Valoración", "Feedback rating"),
    ("Buena respuesta", "Thumbs up"),
    ("Mala respuesta", "Thumbs down"),
    ("Pregunta", "Chat message from user"),
    ("Respuesta de Tomo", "Chat message from assistant"),
    ("Pantalla completa: {x}", "Fullscreen: {x}"),
    ("Pantalla completa", "Fullscreen"),
    ("Salir de pantalla completa: {x}", "Close fullscreen: {x}"),
    ("Salir de pantalla completa", "Close fullscreen"),
)
"""Their names for screen readers, and what stands in empty fields."""

TEXTS = (
    ("Elegir archivos", "Choose files"),  # what it does: they come into the library with the button below
    ("Elegir archivos", "Upload"),
    ("Upload", "Choose files"),
    ("Subir una carpeta", "Upload directories"),
    ("Subir una carpeta", "Upload directory"),
    ("Hasta {x} MB por archivo", "{x}MB per file"),
    ("Suelta aquí los archivos", "Drag and drop files here"),
    ("Suelta aquí el archivo", "Drag and drop a file here"),
    ("Suelta aquí las carpetas", "Drag and drop directories here"),
    ("Pulsa Intro para aplicarlo", "Press Enter to apply"),
    ("Pulsa Intro para enviarlo", "Press Enter to submit form"),
    ("Nada con eso", "No results"),
    ("Elegir todos", "Select all"),
    ("Elegir los {x} que coinciden", "Select {x} matches"),
    ("Ir a lo principal", "Skip to main content"),
)
"""Their words on the page."""

LOST = (
    ("Connection error", "Tomo no responde", "Tomo does not answer"),
    ("Streamlit server is not responding. Are you connected to the internet?",
     "Puede que se haya cerrado o que se esté reiniciando. Cuando vuelva, esta página seguirá donde estaba.",
     "It may have been closed, or be starting again. Once it is back this page goes on where it was."),
)  # fmt: skip
"""What Streamlit says when the server is gone, which is never about the internet here; in Spanish and in English."""
