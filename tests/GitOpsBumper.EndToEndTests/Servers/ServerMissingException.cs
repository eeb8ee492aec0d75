namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>A program that a world needs is not on this machine; tests skip with the message.</summary>
public sealed class ServerMissingException(string message) : Exception(message);
