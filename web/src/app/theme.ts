import { createTheme, Drawer, Menu, Modal, Popover, Tooltip } from "@mantine/core";

/** Colors are in app.css. Locking the page's scroll would need an inline style, and no page of ours scrolls behind a dialog. */
export const theme = createTheme({
  primaryColor: "indigo",
  components: {
    Modal: Modal.extend({ defaultProps: { lockScroll: false, centered: true, radius: "lg" } }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false } }),
    // What keeps the place of the first focus is no item of a menu.
    Menu: Menu.extend({ defaultProps: { shadow: "md", radius: "md", withInitialFocusPlaceholder: false } }),
    Popover: Popover.extend({ defaultProps: { shadow: "md", radius: "md" } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300 } }),
  },
});
