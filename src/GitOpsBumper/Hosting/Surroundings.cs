namespace GitOpsBumper.Hosting;

/// <summary>What a process gets from whoever starts it.</summary>
/// <param name="Log">Where log lines go.</param>
/// <param name="Progress">Shows a person who watches how far a cycle is; does nothing when nobody does.</param>
/// <param name="Environment">Reads a variable; null when it is not set.</param>
internal sealed record Surroundings(TextWriter Log, Action<string> Progress, Func<string, string?> Environment);
