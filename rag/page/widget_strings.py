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
    ("Quitar {x}", "Remove {x}"),
    ("Ayuda: {x}", "Help for {x}"),
)
"""Their names for screen readers, and what stands in empty fields."""

TEXTS = (
    ("Subir", "Upload"),
    ("Subir una carpeta", "Upload directories"),
    ("Subir una carpeta", "Upload directory"),
    ("Hasta {x} MB por archivo", "{x}MB per file"),
    ("Suelta aquí los archivos", "Drag and drop files here"),
    ("Suelta aquí el archivo", "Drag and drop a file here"),
    ("Suelta aquí las carpetas", "Drag and drop directories here"),
    ("Pulsa Intro para aplicarlo", "Press Enter to apply"),
    ("Pulsa Intro para enviarlo", "Press Enter to submit form"),
)
"""Their words on the page."""
