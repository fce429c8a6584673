/** A run's report in each of its forms. */
import { runCsv } from './csv.ts';
import { jsonText, runJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { runPage } from './run-page.ts';
import type { RunReport } from './run-report.ts';
import { renderTerminal, type TerminalOptions } from './terminal.ts';

export type ReportFormat = 'table' | 'json' | 'csv' | 'md';

/** How a table is drawn; the other forms have no colours, no width and always all details. */
export interface TableOptions extends TerminalOptions {
  readonly details?: boolean;
}

export function renderRun(
  report: RunReport,
  format: ReportFormat,
  { details = false, ...terminal }: TableOptions = {},
): string {
  switch (format) {
    case 'table':
      return renderTerminal(runPage(report, details), terminal);
    case 'json':
      return jsonText(runJson(report));
    case 'csv':
      return runCsv(report);
    case 'md':
      return renderMarkdown(runPage(report, true));
  }
}
