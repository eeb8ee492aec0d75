using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Planning;

/// <summary>The answers that are in so far for one image.</summary>
public sealed class RegistryKnowledge
{
    private readonly Dictionary<RegistryQuestion, RegistryAnswer> _answers = [];

    /// <summary>When it is decided.</summary>
    public DateTimeOffset Now { get; init; }

    public void Add(RegistryQuestion question, RegistryAnswer answer) => _answers[question] = answer;

    public bool TryGet(RegistryQuestion question, [NotNullWhen(true)] out RegistryAnswer? answer) => _answers.TryGetValue(question, out answer);
}
