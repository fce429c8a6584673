/** A run's report in each of its forms. */
import { runCsv } from './csv.ts';
import { jsonText, runJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { runPage } from './run-page.ts';
import type { RunReport } from './run-report.ts';
import { type Paint, renderTerminal } from './terminal.ts';

export type ReportFormat = 'table' | 'json' | 'csv' | 'md';

/** @param paint colours the table; the other forms have none */
export function renderRun(report: RunReport, format: ReportFormat, paint?: Paint): string {
  switch (format) {
    case 'table':
      return renderTerminal(runPage(report), paint === undefined ? {} : { paint });
    case 'json':
      return jsonText(runJson(report));
    case 'csv':
      return runCsv(report);
    case 'md':
      return renderMarkdown(runPage(report));
  }
}
