import { useApi } from '@backstage/frontend-plugin-api';
import type { AuditQuery } from '@careplane/backstage-plugin-release-common';
import { useEffect, useRef, useState } from 'react';
import { releaseApiRef } from '../api';
import { csvHeader, csvLines } from './sentence';

export type DownloadFormat = 'csv' | 'json';

/** Parts of a file: each is made as its records arrive, and records let go. */
const FORMATS = {
  csv: {
    type: 'text/csv',
    start: () => csvHeader,
    part: csvLines,
    end: '',
  },
  json: {
    type: 'application/json',
    start: (query: AuditQuery) =>
      `{"query":${JSON.stringify(query)},"complete":true,"records":[`,
    part: (records: object[], first: boolean) =>
      (first ? '\n' : ',\n') +
      records.map(record => JSON.stringify(record)).join(',\n'),
    end: '\n]}\n',
  },
};

function save(name: string, type: string, parts: string[]) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/**
 * Downloads all evidence that fits a query. A file is saved only when the
 * backend has said that it sent everything: a part is never taken for all.
 */
export function useDownload() {
  const api = useApi(releaseApiRef);
  const [count, setCount] = useState<number>();
  const [error, setError] = useState<string>();
  const running = useRef<AbortController>();
  useEffect(() => () => running.current?.abort(), []);

  const start = async (format: DownloadFormat, query: AuditQuery) => {
    const controller = new AbortController();
    const { signal } = controller;
    running.current = controller;
    setError(undefined);
    setCount(0);
    const made = FORMATS[format];
    try {
      const parts = [made.start(query)];
      let seen = 0;
      for await (const records of api.exportAudit(query, { signal })) {
        if (!records.length) continue;
        parts.push(made.part(records, seen === 0));
        seen += records.length;
        setCount(seen);
      }
      if (!signal.aborted) {
        const day = new Date().toISOString().slice(0, 10);
        parts.push(made.end);
        save(`careplane-audit-${day}.${format}`, made.type, parts);
      }
    } catch (cause) {
      // Somebody stopped it: they know.
      if (!signal.aborted) {
        setError(cause instanceof Error ? cause.message : String(cause));
      }
    }
    if (running.current === controller) setCount(undefined);
  };

  return { count, error, start, stop: () => running.current?.abort() };
}
