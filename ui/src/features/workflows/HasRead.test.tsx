import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aTaskDetail } from "@/test/fixtures";
import { HasRead } from "./HasRead";

describe("what a task has read", () => {
  it("is listed with what that means for its calls, and what stays here", () => {
    const staying = { source: "0192eeee-0000-7000-8000-000000000001", name: "secret" };
    render(
      <HasRead detail={aTaskDetail({ has_read: ["web", "documents"], stays_here: [staying] })} />,
    );
    expect(screen.getByRole("heading", { name: "Has read" })).toBeVisible();
    expect(screen.getByText("web pages and documents of the knowledge")).toBeVisible();
    expect(screen.getByText(/A call asks first/)).toBeVisible();
    expect(screen.getByText(/Text of “secret”: no model elsewhere is told of it/)).toBeVisible();
  });

  it("is nothing where the operator wrote everything", () => {
    const { container } = render(<HasRead detail={aTaskDetail()} />);
    expect(container).toBeEmptyDOMElement();
  });
});
