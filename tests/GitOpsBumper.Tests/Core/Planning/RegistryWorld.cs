using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Cooling;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Tests.Core.Planning;

/// <summary>One repository of a registry, as a dictionary: what the planner's questions are answered from.</summary>
internal sealed class RegistryWorld
{
    private readonly Dictionary<string, ImageBuild> _tags = new(StringComparer.Ordinal);

    public List<RegistryQuestion> Asked { get; } = [];

    /// <summary>Answers every question about this tag with a failure.</summary>
    public string? BrokenTag { get; set; }

    /// <summary>When decisions are made.</summary>
    public DateTimeOffset Now { get; set; } = new(2026, 12, 31, 0, 0, 0, TimeSpan.Zero);

    public bool BrokenList { get; set; }

    /// <summary>What somebody signed, by its digest.</summary>
    public HashSet<Digest> Signed { get; } = [];

    public bool BrokenSignatures { get; set; }

    public IReadOnlyCollection<string> Tags => _tags.Keys;

    public RegistryWorld Push(string tag, int day = 1, string platform = "linux/amd64", string? content = null)
    {
        Assert.True(Platform.TryParse(platform, out var parsed, out _));
        var created = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day);
        _tags[tag] = new ImageBuild(DigestOf(content ?? $"{tag} {day} {platform}"), [new BuiltPlatform(parsed, created)]);
        return this;
    }

    public void Delete(string tag) => _tags.Remove(tag);

    public Digest Digest(string tag) => _tags[tag].Digest;

    public static Digest DigestOf(string content)
    {
        Assert.True(GitOpsBumper.Core.Images.Digest.TryParse($"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}", out var digest, out _));
        return digest;
    }

    public RegistryAnswer Answer(RegistryQuestion question)
    {
        Asked.Add(question);
        return question switch
        {
            RegistryQuestion.TagList when BrokenList => new RegistryAnswer.Failed("page 2 of the tag list could not be read"),
            RegistryQuestion.TagList => new RegistryAnswer.Tags([.. _tags.Keys.Select(Parse)]),
            RegistryQuestion.DigestOf { Tag: var tag } => About(tag, build => new RegistryAnswer.DigestIs(build.Digest)),
            RegistryQuestion.AgeOf { Tag: var tag } => About(tag, build => new RegistryAnswer.Age(new ImageAge(build.Digest, build.Platforms[0].Created!.Value, AgeSource.Pushed))),
            RegistryQuestion.BuildOf { Tag: var tag } => About(tag, build => new RegistryAnswer.Build(build)),
            RegistryQuestion.SignatureOf when BrokenSignatures => new RegistryAnswer.Failed("the referrers could not be read"),
            RegistryQuestion.SignatureOf { Digest: var digest } => new RegistryAnswer.Signature(Signed.Contains(digest) ? SignatureVerdict.Signed : SignatureVerdict.Unsigned([], hasMore: false)),
            _ => throw new InvalidOperationException($"unknown question {question}"),
        };
    }

    /// <summary>Plans to the end.</summary>
    public ImageDecision Decide(GitOpsBumper.Core.Annotations.ImagePolicy policy, ImageState state)
    {
        var known = new RegistryKnowledge { Now = Now };
        for (var round = 0; round < 100; round++)
        {
            switch (ImagePlanner.Plan(policy, state, known))
            {
                case PlanStep.Decided { Decision: var decision }:
                    return decision;
                case PlanStep.Ask { Questions: var questions }:
                    foreach (var question in questions)
                        known.Add(question, Answer(question));
                    break;
            }
        }

        throw new InvalidOperationException("the planner asks for ever");
    }

    private RegistryAnswer About(Tag tag, Func<ImageBuild, RegistryAnswer> answer)
    {
        if (tag.Text == BrokenTag)
            return new RegistryAnswer.Failed($"{tag} could not be read");
        return _tags.TryGetValue(tag.Text, out var build) ? answer(build) : new RegistryAnswer.Missing($"there is no tag {tag}");
    }

    private static Tag Parse(string text)
    {
        Assert.True(Tag.TryParse(text, out var tag, out var problem), problem);
        return tag;
    }
}
