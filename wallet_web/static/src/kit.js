// The components of the national design kit that our pages use, and no other: the whole kit is
// fifteen times as large. A page that needs one more adds its line here.
import "bootstrap-italia/dist/plugins/init.js"; // focus marks for the keyboard
import "bootstrap-italia/dist/plugins/accordion.js";
import "bootstrap-italia/dist/plugins/alert.js";
import "bootstrap-italia/dist/plugins/collapse.js";
import "bootstrap-italia/dist/plugins/dropdown.js";
import "bootstrap-italia/dist/plugins/input.js";
import "bootstrap-italia/dist/plugins/modal.js";
import "bootstrap-italia/dist/plugins/navbar-collapsible.js";
import "bootstrap-italia/dist/plugins/notification.js";
import "bootstrap-italia/dist/plugins/tab.js";
