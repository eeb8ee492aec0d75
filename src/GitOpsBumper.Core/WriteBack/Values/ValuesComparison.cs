using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Values;

/// <summary>Whether a document says what it said before, but for one node. Aliases are compared by name, so the work is bounded by the text.</summary>
/// <param name="target">The node that is replaced; null for none.</param>
/// <param name="replacement">What is to stand in its place; nodes of it that stand nowhere yet may be written in any form. Null for none.</param>
internal sealed class ValuesComparison(YamlNode? target, YamlNode? replacement)
{
    /// <summary>The start of a node that is still to be written.</summary>
    public const int Nowhere = -1;

    /// <param name="before">Before the edit.</param>
    /// <param name="after">After it.</param>
    /// <param name="different">The innermost node of before that does not say what it is to say; null where there is none before.</param>
    public bool IsSame(YamlNode? before, YamlNode? after, out YamlNode? different)
    {
        different = before;
        var wanted = before is not null && ReferenceEquals(before, target) ? replacement : before;
        switch (wanted, after)
        {
            case (null, null):
                return true;
            case (YamlNode.Scalar old, YamlNode.Scalar now):
                return old.Value == now.Value && old.Anchor == now.Anchor && (old.Start == Nowhere ? !now.IsNull : old.Form == now.Form && old.IsTagged == now.IsTagged);
            case (YamlNode.Alias old, YamlNode.Alias now):
                return old.Name == now.Name;
            case (YamlNode.Sequence old, YamlNode.Sequence now):
                return HaveSameProperties(old, now) && AreSame(old.Items, now.Items, ref different);
            case (YamlNode.Mapping old, YamlNode.Mapping now):
                return HaveSameProperties(old, now) && AreSame(old.Entries, now.Entries, ref different);
            default:
                return false;
        }
    }

    private bool AreSame(IReadOnlyList<YamlNode> before, IReadOnlyList<YamlNode> after, ref YamlNode? different)
    {
        if (before.Count != after.Count)
            return false;
        for (var index = 0; index < before.Count; index++)
        {
            if (!IsSame(before[index], after[index], out var within))
            {
                different = within;
                return false;
            }
        }

        return true;
    }

    private bool AreSame(IReadOnlyList<MappingEntry> before, IReadOnlyList<MappingEntry> after, ref YamlNode? different)
    {
        if (before.Count != after.Count)
            return false;
        for (var index = 0; index < before.Count; index++)
        {
            if (!IsSame(before[index].Key, after[index].Key, out var within) || !IsSame(before[index].Value, after[index].Value, out within))
            {
                different = within;
                return false;
            }
        }

        return true;
    }

    private static bool HaveSameProperties(YamlNode before, YamlNode after) => before.Anchor == after.Anchor && before.IsTagged == after.IsTagged;
}
