using System.CommandLine;

namespace GitOpsBumper.Cli;

/// <summary>A command whose help teaches with examples.</summary>
/// <param name="name">As typed.</param>
/// <param name="description">A sentence.</param>
/// <param name="examples">Lines as a person would type them, with a comment above each.</param>
internal sealed class TaughtCommand(string name, string description, string examples) : Command(name, description)
{
    public string Examples => examples;

    public TaughtCommand With(params IEnumerable<Configuration.Setting> settings)
    {
        foreach (var setting in settings)
            Add(setting.CreateOption());
        return this;
    }
}
