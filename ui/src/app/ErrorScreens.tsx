/** What stands where a screen could not be drawn, or where an address leads nowhere. Always with a way on. */
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";

/** A screen that failed while it was drawn. Work of the crew is not touched by it. */
export function ScreenError({ error, reset }: ErrorComponentProps) {
  const { message } = describeError(error);
  return (
    <div className="mx-auto w-full max-w-160 p-8">
      <h1 className="mb-4 text-title font-semibold">Something went wrong</h1>
      <ErrorNotice
        title="This screen could not be shown"
        message={error instanceof Error ? error.message : message}
        nextStep="The crew's work is not affected. Try again, or go to Home."
        action={
          <Button small onClick={reset}>
            Try again
          </Button>
        }
      />
      <p className="mt-3">
        <Link to="/" className="text-accent underline underline-offset-2" onClick={reset}>
          Go to Home
        </Link>
      </p>
    </div>
  );
}

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <EmptyState
      screen
      icon={<Compass />}
      title="There is nothing here"
      action={
        <Link to="/" className="text-accent underline underline-offset-2">
          Go to Home
        </Link>
      }
    >
      This address does not belong to any screen.
    </EmptyState>
  );
}
