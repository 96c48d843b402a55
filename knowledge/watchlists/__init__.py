"""Watch lists (监控名单): their formats, entries and versions, and the screening of names against them."""
