import { createTheme, Drawer, Menu, Modal, Popover, Tooltip } from "@mantine/core";

/** Colors are in app.css. Locking the page's scroll would need an inline style, and no page of ours scrolls behind a dialog. */
export const theme = createTheme({
  primaryColor: "indigo",
  components: {
    Modal: Modal.extend({ defaultProps: { lockScroll: false, centered: true, radius: "lg" } }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false } }),
    Menu: Menu.extend({ defaultProps: { shadow: "md", radius: "md" } }),
    Popover: Popover.extend({ defaultProps: { shadow: "md", radius: "md" } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300 } }),
  },
});
