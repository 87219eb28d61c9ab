/**
 * Breaks text into lines, after spaces and, within long names, after hyphens and slashes.
 *
 * @param indent goes before every line but the first
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<= )/)) {
    for (const piece of pieces(word, width - indent.length)) {
      if (line.trim() !== '' && line.length + piece.trimEnd().length > width) {
        lines.push(line.trimEnd());
        line = indent;
      }
      line += piece;
    }
  }
  return [...lines, line.trimEnd()];
}

/** A word as it is, or in pieces where it does not fit into a line. */
function pieces(word: string, width: number): string[] {
  if (word.length <= width) return [word];
  return word.split(/(?<=[-/:,.])/).flatMap((piece) => piece.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? []);
}
