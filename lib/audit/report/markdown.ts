import { printable } from './printable';

/** Text that Markdown shows as it is. */
export function markdownText(text: string): string {
  return printable(text.replaceAll('\n', ' ')).replace(/[\\`*_{}[\]<>#|~]/g, (each) => `\\${each}`);
}

/** Text in a code span, which is shown as it is whatever is in it. */
export function markdownCode(text: string): string {
  const shown = printable(text.replaceAll('\n', ' ')).replaceAll('|', '\\|');
  return shown.includes('`') ? `\`\` ${shown} \`\`` : `\`${shown}\``;
}

/** A table of cells that are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n') + '\n';
}
