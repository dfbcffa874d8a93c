import { gateStatus, type Project } from './model';

/** A plain page, so that a link to a project leads somewhere. */
export function renderDashboard(project: Project | undefined): string {
  const title = project ? project.name : 'No such project';
  const gate = project
    ? gateStatus(project)
    : { status: 'NONE' as const, conditions: [] };
  const words = { OK: 'Passed', ERROR: 'Failed', NONE: 'No result' }[
    gate.status
  ];
  const rows = gate.conditions
    .map(
      ({ metricKey, actualValue, comparator, errorThreshold, status }) =>
        `<tr><td>${escapeHtml(metricKey)}</td><td>${escapeHtml(
          actualValue,
        )}</td><td>${comparator === 'LT' ? 'at least' : 'at most'} ${escapeHtml(
          errorThreshold,
        )}</td><td>${status === 'OK' ? 'passes' : 'fails'}</td></tr>`,
    )
    .join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} – SonarQube (sandbox)</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem}td,th{padding:.25rem .75rem;text-align:left}</style>
<main><h1>${escapeHtml(
    title,
  )}</h1><p>Quality gate: <strong>${words}</strong>. This is the sandbox's stand-in for SonarQube.</p>
<table><thead><tr><th scope="col">Metric</th><th scope="col">Value</th><th scope="col">Wanted</th><th scope="col">Result</th></tr></thead><tbody>${rows}</tbody></table></main></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
