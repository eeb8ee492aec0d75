using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Selection;

/// <summary>A tag with what a strategy may order by.</summary>
/// <param name="Tag">As the registry lists it.</param>
/// <param name="Created">When the image was built; null where the strategy does not need it, or where the image does not say.</param>
public sealed record TagCandidate(Tag Tag, DateTimeOffset? Created);
