import type { Persona } from './personas';

const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--surface:#f6f7f9;--text:#1b2430;--muted:#536072;--border:#7a8494;--link:#0b5cad;--warn:#8a5300;--warn-tint:#fdf1dc}
@media(prefers-color-scheme:dark){:root{--bg:#12171e;--surface:#1a212b;--text:#e8edf3;--muted:#a5b1c2;--border:#7c889a;--link:#7db8f5;--warn:#f2b95c;--warn-tint:#37270b}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--text);font:16px/1.5 system-ui,sans-serif}
main{max-width:32rem;margin:0 auto;padding:2rem 1rem}h1{font-size:1.5rem;margin:0 0 .5rem}
p{margin:0 0 1rem}.demo{background:var(--warn-tint);color:var(--warn);padding:.75rem 1rem;border-radius:6px}
button{display:block;width:100%;text-align:left;font:inherit;color:var(--text);background:var(--surface);border:1px solid var(--border);border-radius:8px;padding:.75rem 1rem;margin:0 0 .75rem;cursor:pointer}
button:hover{border-color:var(--link)}button:focus-visible{outline:2px solid var(--link);outline-offset:2px}
strong{display:block}span{color:var(--muted)}`;

/** The page on which one picks a persona: plain HTML, no script. */
export function renderSignInPage(
  personas: readonly Persona[],
  action: string,
): string {
  const buttons = personas
    .map(
      persona =>
        `<button type="submit" name="persona" value="${escapeHtml(
          persona.sub,
        )}"><strong>${escapeHtml(persona.name)} – ${escapeHtml(
          persona.role,
        )}</strong><span>${escapeHtml(persona.can)}</span></button>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Sign in to Careplane (local demo)</title><style>${STYLE}</style></head>
<body><main><h1>Sign in to Careplane</h1>
<p class="demo">Local demo. These people are made up and have no password. In production your own identity provider stands here.</p>
<form method="post" action="${escapeHtml(action)}">
${buttons}
</form></main></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
