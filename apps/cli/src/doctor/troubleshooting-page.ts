import { MISHAPS, type Mishap } from './mishaps.ts';

/** The page of everything that the doctor recognises, as Markdown, with no line end after it. */
export function troubleshootingPage(): string {
  const rows: readonly (readonly [string, Mishap])[] = Object.entries(MISHAPS);
  const checks = [...new Set(rows.map(([, { check }]) => check))];
  return [HEAD, ...checks.flatMap((check) => section(check, rows.filter(([, mishap]) => mishap.check === check)))].join('\n');
}

function section(check: string, rows: readonly (readonly [string, Mishap])[]): readonly string[] {
  const lines = rows.map(([name, { isHarmless, en, ko }]) => {
    const cells = [`\`${name}\`${isHarmless ? ' (harmless)' : ''}`, `${en[0]}<br>${ko[0]}`, `${en[1]}<br>${ko[1]}`];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['', `## ${check}`, '', '| Finding | What is wrong · 문제 | How to mend it · 해결 |', '|---|---|---|', ...lines];
}

const HEAD = `<!-- Generated: npx tacos doctor --mishaps > docs/reference/troubleshooting.md; do not edit. -->
# Troubleshooting

\`npx tacos doctor\` looks for each of these, beside a running platform or without one, and mends nothing by itself. For what it finds it prints one line
that says what is wrong and one that says how to mend it, with the paths and commands of your machine; repeat \`TACOS_DATA_DIR\` where you have set it.
\`--json\` prints the findings as a list of \`check\`, \`kind\` (\`ok\`, \`unknown\`, \`note\`, \`problem\`), \`mishap\` (a name below), \`says\`, \`mend\` and \`ko\`. Exit code 0: nothing is to be
mended; 1: something is; 2: wrong usage.

\`npx tacos doctor\`는 아래 문제를 하나씩 찾아 무엇이 문제이고 어떻게 해결하는지 한 줄씩 알려 줍니다. 실행 중인 플랫폼 옆에서도 쓸 수 있고 스스로 고치지는 않습니다.`;
