/** Every address of the window. Screens are loaded when they are first shown. */
import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from "@tanstack/react-router";
import { NotFound, ScreenError } from "./ErrorScreens";
import { Layout } from "./Layout";
import {
  agentsSearch,
  chatSearch,
  conversationSearch,
  documentSearch,
  knowledgeSearch,
  schedulesSearch,
  spendingSearch,
  templateSearch,
  workflowSearch,
  workflowsSearch,
} from "./search";

const root = createRootRoute({
  component: Layout,
  errorComponent: ScreenError,
  notFoundComponent: NotFound,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/home/HomeScreen"), "HomeScreen"),
});

const workflows = createRoute({
  getParentRoute: () => root,
  path: "/workflows",
  validateSearch: workflowsSearch,
  component: lazyRouteComponent(
    () => import("@/features/workflows/WorkflowsScreen"),
    "WorkflowsScreen",
  ),
});

const workflow = createRoute({
  getParentRoute: () => root,
  path: "/workflows/$id",
  validateSearch: workflowSearch,
  component: lazyRouteComponent(
    () => import("@/features/workflows/WorkflowScreen"),
    "WorkflowScreen",
  ),
});

const moved = createRoute({
  getParentRoute: () => root,
  path: "/moved/$uid",
  component: lazyRouteComponent(
    () => import("@/features/workflows/move/MovedScreen"),
    "MovedScreen",
  ),
});

const questions = createRoute({
  getParentRoute: () => root,
  path: "/questions",
  component: lazyRouteComponent(
    () => import("@/features/questions/QuestionsScreen"),
    "QuestionsScreen",
  ),
});

const templates = createRoute({
  getParentRoute: () => root,
  path: "/templates",
  component: lazyRouteComponent(
    () => import("@/features/templates/TemplatesScreen"),
    "TemplatesScreen",
  ),
});

const template = createRoute({
  getParentRoute: () => root,
  path: "/templates/$uid",
  validateSearch: templateSearch,
  component: lazyRouteComponent(
    () => import("@/features/templates/TemplateScreen"),
    "TemplateScreen",
  ),
});

const agents = createRoute({
  getParentRoute: () => root,
  path: "/agents",
  validateSearch: agentsSearch,
  component: lazyRouteComponent(() => import("@/features/agents/AgentsScreen"), "AgentsScreen"),
});

const agent = createRoute({
  getParentRoute: () => root,
  path: "/agents/$id",
  component: lazyRouteComponent(() => import("@/features/agents/AgentsScreen"), "AgentsScreen"),
});

const chat = createRoute({
  getParentRoute: () => root,
  path: "/chat",
  validateSearch: chatSearch,
  component: lazyRouteComponent(() => import("@/features/chat/ChatScreen"), "ChatScreen"),
});

const conversation = createRoute({
  getParentRoute: () => root,
  path: "/chat/$uid",
  validateSearch: conversationSearch,
  component: lazyRouteComponent(() => import("@/features/chat/ChatScreen"), "ChatScreen"),
});

const knowledge = createRoute({
  getParentRoute: () => root,
  path: "/knowledge",
  validateSearch: knowledgeSearch,
  component: lazyRouteComponent(
    () => import("@/features/knowledge/KnowledgeScreen"),
    "KnowledgeScreen",
  ),
});

const document = createRoute({
  getParentRoute: () => root,
  path: "/knowledge/document",
  validateSearch: documentSearch,
  component: lazyRouteComponent(
    () => import("@/features/knowledge/DocumentScreen"),
    "DocumentScreen",
  ),
});

const schedules = createRoute({
  getParentRoute: () => root,
  path: "/schedules",
  validateSearch: schedulesSearch,
  component: lazyRouteComponent(
    () => import("@/features/schedules/SchedulesScreen"),
    "SchedulesScreen",
  ),
});

const spending = createRoute({
  getParentRoute: () => root,
  path: "/spending",
  validateSearch: spendingSearch,
  component: lazyRouteComponent(
    () => import("@/features/spending/SpendingScreen"),
    "SpendingScreen",
  ),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(
    () => import("@/features/settings/SettingsScreen"),
    "SettingsScreen",
  ),
});

const settingsSection = createRoute({
  getParentRoute: () => root,
  path: "/settings/$section",
  component: lazyRouteComponent(
    () => import("@/features/settings/SettingsScreen"),
    "SettingsScreen",
  ),
});

const routeTree = root.addChildren([
  home,
  questions,
  workflows,
  workflow,
  moved,
  templates,
  template,
  agents,
  agent,
  chat,
  conversation,
  knowledge,
  document,
  schedules,
  spending,
  settings,
  settingsSection,
]);

/**
 * Addresses behind a `#`, because the window's files have no server that knows them. Links are written `./#/…`:
 * whoever reads the page with a tool takes `/#…` for a jump inside it.
 */
function createAppHistory(): RouterHistory {
  return Object.assign(createHashHistory(), { createHref: (href: string) => `./#${href}` });
}

/** Makes the router; a test hands in a history of its own. */
export function createAppRouter(history: RouterHistory = createAppHistory()) {
  return createRouter({
    routeTree,
    history,
    defaultErrorComponent: ScreenError,
    defaultPreload: false,
    scrollRestoration: false,
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter;
  }
}
