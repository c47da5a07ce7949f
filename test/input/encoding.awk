# How much a text that is not UTF-8 looks like Chinese: prints two percentages, for GB18030 and for BIG5.
#
# Both write a character as two bytes, the first of them above 0x7F. Of the characters that people use, nearly all are in
# the first part of each standard, so that their first byte says which it is: 0xB0 to 0xD7 with a second byte from 0xA1 in
# GB 2312, 0xA4 to 0xC6 in Big5, and 0xA1 to 0xA3 for punctuation in both. In the languages of western Europe bytes above
# 0x7F stand alone between letters: there pairs of two such bytes are rare. Plain POSIX awk, bytes (LC_ALL=C).

BEGIN {
    for (i = 128; i < 256; i++)
        code[sprintf("%c", i)] = i
}

{
    for (i = 1; i <= length($0); i++) {
        lead = code[substr($0, i, 1)]
        if (lead == 0)
            continue
        second = substr($0, ++i, 1)
        trail = code[second]
        pairs++
        both += trail >= 161
        low_lead += lead >= 161 && lead < 192
        if (trail >= 161 && (lead >= 176 && lead <= 215 || lead >= 161 && lead <= 163))
            gb++
        if ((trail >= 161 || second ~ /[@-~]/) && lead >= 161 && lead <= 198)
            big5++
    }
}

END {
    chinese = both * 5 >= pairs && pairs > 0
    simplified = chinese ? int(100 * gb / pairs) : 0
    traditional = chinese && low_lead * 2 >= pairs ? int(100 * big5 / pairs) : 0
    print simplified, traditional
}
