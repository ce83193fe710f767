import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { Citation } from "@/bindings/bindings";
import { accessibilityProblems } from "@/test/axe";
import { textWithSources } from "./citations";
import { Markdown } from "./Markdown";

function citation(label: string, path: string): Citation {
  return {
    label,
    source: "0192aaaa-0000-7000-8000-000000000001",
    source_name: "Handbook",
    path,
    start_line: 3,
    end_line: 5,
    quote: "The journal is the truth.",
  };
}

const HOSTILE = `
<script>window.stolen = true</script>
<img src=x onerror="window.stolen = true">
<iframe src="https://evil.example"></iframe>
<svg onload="window.stolen = true"></svg>
<a href="javascript:window.stolen = true">raw</a>
<style>body { display: none }</style>

[click](javascript:window.stolen=true) [data](data:text/html,<script>1</script>)
[plain](https://evil.example/?q=secret) <https://evil.example/auto> https://evil.example/bare
![track](https://evil.example/pixel.png) ![](data:image/svg+xml,<svg onload=alert(1)>)

> - [nested ![deep](https://evil.example/deep.png) <img src=x onerror=alert(1)>](vbscript:msgbox)
>
>   | a | <script>alert(1)</script> |
>   | - | - |
>   | <iframe src=x> | [x](JaVaScRiPt:alert(1)) |

[ref]: javascript:alert(1)
[ref] [s00ff12](https://evil.example) \`<script>\`

<details open ontoggle="window.stolen = true"><summary>x</summary></details>
<form action="https://evil.example"><input name="q"><button>Go</button></form>
`;

describe("Markdown", () => {
  it("shows hostile text without scripts, images, frames or live links", () => {
    const { container } = render(<Markdown text={HOSTILE} />);
    const forbidden =
      "script, img, iframe, svg, style, a, form, input, object, embed, link, meta, details, [href], [src]";
    expect(container.querySelectorAll(forbidden)).toHaveLength(0);
    for (const element of container.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on/);
        expect(value).not.toMatch(/(javascript|vbscript|data):/i);
      }
    }
    expect("stolen" in window).toBe(false);
    expect(container.textContent).toContain("<script>window.stolen = true</script>");
  });

  it("keeps the address of a link readable and what an image shows", () => {
    render(
      <Markdown text="[the docs](https://docs.example/a) ![a chart](https://x.example/i.png)" />,
    );
    expect(screen.getByText("the docs")).toHaveAttribute("title", "https://docs.example/a");
    expect(screen.getByText("Image: a chart")).toBeInTheDocument();
  });

  it("numbers sources by first mention and opens them", () => {
    const open = vi.fn();
    const first = citation("saaaaaa", "b.md");
    const second = citation("sbbbbbb", "a.md");
    render(
      <Markdown
        text="One [saaaaaa][sbbbbbb], again [saaaaaa]."
        citations={[second, first]}
        onCitation={open}
      />,
    );
    const marks = screen.getAllByRole("button");
    expect(marks.map((mark) => mark.textContent)).toEqual(["1", "2", "1"]);
    expect(marks[0]).toHaveAccessibleName("Source 1: b.md, lines 3 to 5");
    expect(marks[0]?.title).toContain("The journal is the truth.");
    fireEvent.click(marks[1] as HTMLElement);
    expect(open).toHaveBeenCalledWith(second);
  });

  it("shows an unknown marker as a plain number, and a marker in code as code", () => {
    render(<Markdown text="Here [sffffff] and `[saaaaaa]`." onCitation={() => {}} />);
    expect(screen.queryByRole("button")).toBeNull();
    expect(screen.getByText("1")).toHaveAttribute("title", "This source is not on record.");
    expect(screen.getByText("[saaaaaa]").tagName).toBe("CODE");
  });

  it("copies a code block as it stands", async () => {
    const writeText = vi.fn().mockResolvedValue(undefined);
    Object.assign(navigator, { clipboard: { writeText } });
    render(<Markdown text={"```ts\nconst a = 1;\n  b();\n```"} />);
    fireEvent.click(screen.getByRole("button", { name: "Copy: code" }));
    expect(writeText).toHaveBeenCalledWith("const a = 1;\n  b();");
    expect(await screen.findByText("Copied")).toBeInTheDocument();
  });

  it("gives the text's headings an outline without holes", () => {
    render(<Markdown text={"### A\n\n##### B\n\n###### C\n\n### D\n\n# E"} firstHeading={3} />);
    const levels = screen
      .getAllByRole("heading")
      .map((each) => `${each.tagName} ${each.className}`);
    expect(levels).toEqual(["H3 md-h3", "H4 md-h5", "H5 md-h6", "H3 md-h3", "H3 md-h1"]);
  });

  it("takes a text elsewhere with numbers and sources instead of markers", () => {
    const text = "A [sbbbbbb]. B [saaaaaa]. C [sbbbbbb].";
    const citations = [citation("saaaaaa", "a.md"), citation("sbbbbbb", "b.md")];
    expect(textWithSources(text, citations)).toBe(
      "A [1]. B [2]. C [1].\n\nSources\n\n[1] Handbook: b.md, lines 3 to 5\n[2] Handbook: a.md, lines 3 to 5\n",
    );
  });

  it("has no accessibility problem", async () => {
    const text = `# A\n\n## B\n\n- [x] done\n- [ ] open\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n\`\`\`js\nlet a;\n\`\`\`\n\nText [saaaaaa].[^1]\n\n[^1]: Note.`;
    const { container } = render(
      <Markdown text={text} citations={[citation("saaaaaa", "a.md")]} onCitation={() => {}} />,
    );
    expect(await accessibilityProblems(container)).toEqual([]);
  });
});
