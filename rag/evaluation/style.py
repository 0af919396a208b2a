"""The look of the evaluation report: light and dark, from a phone's width up."""

STYLE = """
:root{--page:#f6f6f3;--card:#fff;--ink:#1c1c1a;--soft:#62615c;--line:#dedcd5;--grid:#e9e7e1;--deep:#184f95;--mid:#4a90e0;
--pale:#a9cbf3;--blue:#2a78d6;--orange:#d9622b;--warn:#fff4d6}
@media (prefers-color-scheme:dark){:root{--page:#161615;--card:#1f1f1d;--ink:#f1f0ec;--soft:#a9a7a0;--line:#3a3936;
--grid:#2e2d2b;--deep:#a9cbf3;--mid:#4a90e0;--pale:#27548c;--blue:#5598e7;--orange:#e2794b;--warn:#3b3216}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:1100px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 4px}
h2{font-size:1.1rem;line-height:1.3;margin:0 0 4px}
p{margin:6px 0;max-width:75ch}
header p,figcaption p,section>p,small{color:var(--soft)}
small{font-size:.8rem}
section{margin-top:32px}
.warning{background:var(--warn);border-radius:8px;padding:10px 14px;max-width:none}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:12px;margin-top:20px}
.tiles div,figure{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px}
.tiles span,.tiles small{display:block;color:var(--soft);font-size:.85rem}
.tiles strong{display:block;font-size:1.9rem;line-height:1.3;font-weight:600;font-variant-numeric:tabular-nums}
.charts{columns:2;column-gap:16px;margin-top:16px}
figure{margin:0 0 16px;break-inside:avoid}
figcaption p{font-size:.85rem;margin:0 0 12px}
svg{display:block;width:100%;max-width:460px;height:auto;font:12px system-ui,sans-serif}
svg text{fill:var(--ink);font-variant-numeric:tabular-nums}
svg .soft{fill:var(--soft)}
svg .strong{font-weight:600}
.grid{stroke:var(--grid)}
.whisker{stroke:var(--ink);stroke-width:1.2}.halo{stroke:var(--card);stroke-width:3.6}
.deep{fill:var(--deep)}.mid{fill:var(--mid)}.pale{fill:var(--pale)}.blue{fill:var(--blue)}.orange{fill:var(--orange)}
.key{white-space:nowrap;margin-left:8px}
.key i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:5px}
i.blue{background:var(--blue)}i.orange{background:var(--orange)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:7px 12px 7px 0;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-weight:500;border-bottom-width:2px}
.wide table{font-variant-numeric:tabular-nums;white-space:nowrap}
.wide th+th,.wide td{text-align:right;padding-right:4px;padding-left:14px}
.wide tbody th{font-weight:500;position:sticky;left:0;background:var(--page);min-width:7.5em;max-width:14em;
white-space:normal}
.wide tbody tr:first-child>*{font-weight:600}
.cards{margin-top:8px}
.cards td{width:31%}.cards td:first-child{width:38%}
.cards small{display:block}
ol{margin:0;padding-left:1.3em}
@media (max-width:700px){.charts{columns:1}.tiles{grid-template-columns:1fr 1fr}.tiles div:first-child{grid-column:1/-1}
.cards thead{display:none}.cards tr{display:block;padding:12px 0;border-bottom:1px solid var(--line)}
.cards td,.cards td:first-child{display:block;width:auto;border:0;padding:2px 0}
.cards td[data-head]::before{content:attr(data-head) ": ";color:var(--soft);font-size:.85rem}}
@media print{body{background:#fff}}
"""
"""CSS."""
