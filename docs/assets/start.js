// Runs before the theme's script and spares a visit what it does too early.

// The index of the search is loaded when somebody is about to search.
{
  const request = XMLHttpRequest.prototype
  const open = request.open
  request.open = function (method, url, ...rest) {
    open.call(this, method, url, ...rest)
    if (!String(url).endsWith("/search/search_index.json")) return
    this.send = () => {
      const wanted = (event) => {
        if (!event.target.matches("[data-md-component=search-query]")) return
        removeEventListener("focusin", wanted)
        request.send.call(this)
      }
      addEventListener("focusin", wanted)
    }
  }
}

// The theme sets the scheme anew, also where it stays, and marks the body
// meanwhile to stop transitions: each time every element is styled again.
document.body.setAttribute = function (name, value) {
  const changes = this.getAttribute(name) !== value
  if (changes && name !== "data-md-color-switching")
    Element.prototype.setAttribute.call(this, name, value)
}
