"""Stories: acceptance tests that an official can read and write, run over HTTP, each in a fresh city.

`words` is the language, `reading` turns a file into a story or says what is wrong with it, `running` plays it.
"""
