"""The same answers from many machines: byte ranges of tables, tasks on an existing scheduler, outputs put together."""
