-- The newest inbound message is a step or two down messages_sequence: its own index was one of the eight
-- trees that a message is written to.
DROP INDEX messages_newest;
