using GitOpsBumper.Core.Annotations.Reading;

namespace GitOpsBumper.Core.Annotations.Rollbacks;

/// <summary>Reads <c>on-rollback</c>, <c>rollback-memory</c> and <c>reject-scope</c>.</summary>
internal sealed class RollbackReader(ImageAnnotations annotations, AnnotationDefaults defaults)
{
    public RollbackPolicy Read() => defaults.Rollbacks with
    {
        OnRollback = ReadChoice(AnnotationKeys.OnRollback, defaults.Rollbacks.OnRollback, ("skip", OnRollback.Skip), ("hold", OnRollback.Hold)),
        Memory = ReadMemory(),
        Scope = ReadChoice(AnnotationKeys.RejectScope, defaults.Rollbacks.Scope, ("application", RejectScope.Application), ("repository", RejectScope.Repository)),
    };

    private T ReadChoice<T>(string key, T otherwise, params (string Word, T Value)[] choices)
    {
        if (annotations.Find(key) is not { Text.Length: > 0 } value)
            return otherwise;
        foreach (var (word, choice) in choices)
        {
            if (value.Text == word)
                return choice;
        }

        annotations.Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' is not known; allowed are {string.Join(" and ", choices.Select(choice => choice.Word))}"));
        return otherwise;
    }

    private TimeSpan ReadMemory()
    {
        if (annotations.Find(AnnotationKeys.RollbackMemory) is not { Text.Length: > 0 } value)
            return defaults.Rollbacks.Memory;
        if (GoDuration.TryParse(value.Text, out var memory) && memory <= RollbackPolicy.LongestMemory)
            return memory;
        annotations.Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' is not a duration up to {RollbackPolicy.LongestMemory.Days} days; allowed are such as 90d and 720h"));
        return defaults.Rollbacks.Memory;
    }
}
