extension ConfidentialityTable {
    /// From 00182042 to 0040DB07.
    static let middleRows = """
        00182042 UI U      -/1   U    Target UID
        00184000 LT X      -/-   t    Acquisition Comments
        00185011 SQ X      3/-   D    Transducer Identification Sequence
        0018700A SH X/D    3/1   D    Detector ID
        0018700C DA X/D    3/1   DFm  Date of Last Detector Calibration
        0018700E TM X/D    3/1   DFm  Time of Last Detector Calibration
        00189074 DT D      -/1C  Fm   Frame Acquisition DateTime
        00189151 DT D      -/1C  Fm   Frame Reference DateTime
        00189185 ST X      -/3   t    Respiratory Motion Compensation Technique Description
        00189367 UC D      -/1   D    X-Ray Source ID
        00189369 DT D      -/1   Fm   Source Start DateTime
        0018936A DT D      -/1   Fm   Source End DateTime
        00189371 UC D      3/1   D    X-Ray Detector ID
        00189373 ST X      -/3   D    X-Ray Detector Label
        0018937B UT X      -/3   t    Multi-energy Acquisition Description
        0018937F UT X      -/3   t    Decomposition Description
        00189424 LT X      3/-   t    Acquisition Protocol Description
        00189516 DT X/D    -/1C  Fm   Start Acquisition DateTime
        00189517 DT X/D    -/1C  Fm   End Acquisition DateTime
        00189623 DT D      -/1   Fm   Functional Sync Pulse
        00189701 DT D      1C/-  Fm   Decay Correction DateTime
        00189804 DT D      -/1   Fm   Exclusion Start DateTime
        00189919 DT Z/D    -/1C  Fm   Instruction Performed DateTime
        00189937 LO X      -/3   t    Requested Series Description
        0018A002 DT X      -/3   Fm   Contribution DateTime
        0018A003 ST X      -/3   t    Contribution Description
        0020000D UI U      1/1   U    Study Instance UID
        0020000E UI U      1/1   U    Series Instance UID
        00200010 SH Z      2/2   -    Study ID
        00200027 LO X      3/-   t    Pyramid Label
        00200052 UI U      1/1   U    Frame of Reference UID
        00200200 UI U      1/-   U    Synchronization Frame of Reference UID
        00203401 CS X      -/-   D    Modifying Device ID
        00203403 DA X      -/-   Fm   Modified Image Date
        00203405 TM X      -/-   Fm   Modified Image Time
        00203406 LO X      -/-   -    Modified Image Description
        00204000 LT X      3/-   t    Image Comments
        00209158 LT X      -/3   t    Frame Comments
        00209161 UI U      1C/-  U    Concatenation UID
        00209164 UI U      -/1   U    Dimension Organization UID
        00281199 UI U      1C/3  U    Palette Color Lookup Table UID
        00281214 UI U      -/-   U    Large Palette Color Lookup Table UID
        00284000 LT X      -/-   -    Image Presentation Comments
        00320012 LO X      -/-   -    Study ID Issuer
        00320032 DA X      -/-   Fm   Study Verified Date
        00320033 TM X      -/-   Fm   Study Verified Time
        00320034 DA X      -/-   Fm   Study Read Date
        00320035 TM X      -/-   Fm   Study Read Time
        00321000 DA X      -/-   Fm   Scheduled Study Start Date
        00321001 TM X      -/-   Fm   Scheduled Study Start Time
        00321010 DA X      -/-   Fm   Scheduled Study Stop Date
        00321011 TM X      -/-   Fm   Scheduled Study Stop Time
        00321020 LO X      -/-   D    Scheduled Study Location
        00321021 AE X      -/-   d    Scheduled Study Location AE Title
        00321030 LO X      -/-   t    Reason for Study
        00321032 PN X      -/-   -    Requesting Physician
        00321033 LO X      3/-   -    Requesting Service
        00321040 DA X      -/-   Fm   Study Arrival Date
        00321041 TM X      -/-   Fm   Study Arrival Time
        00321050 DA X      -/-   Fm   Study Completion Date
        00321051 TM X      -/-   Fm   Study Completion Time
        00321060 LO X/Z    -/2   t    Requested Procedure Description
        00321066 UT X      3/-   t    Reason for Visit
        00321067 SQ X      3/-   t    Reason for Visit Code Sequence
        00321070 LO X      -/-   t    Requested Contrast Agent
        00324000 LT X      -/-   t    Study Comments
        00340001 SQ D      -/1   -    Flow Identifier Sequence
        00340002 OB D      -/1   -    Flow Identifier
        00340005 OB D      -/1   -    Source Identifier
        00340007 OB D      -/-   Fm   Frame Origin Timestamp
        00380004 SQ X      -/-   -    Referenced Patient Alias Sequence
        00380010 LO X      3/-   -    Admission ID
        00380011 LO X      -/-   -    Issuer of Admission ID
        00380014 SQ X      3/-   -    Issuer of Admission ID Sequence
        0038001A DA X      -/-   Fm   Scheduled Admission Date
        0038001B TM X      -/-   Fm   Scheduled Admission Time
        0038001C DA X      -/-   Fm   Scheduled Discharge Date
        0038001D TM X      -/-   Fm   Scheduled Discharge Time
        0038001E LO X      -/-   -    Scheduled Patient Institution Residence
        00380020 DA X      -/-   Fm   Admitting Date
        00380021 TM X      -/-   Fm   Admitting Time
        00380030 DA X      -/-   Fm   Discharge Date
        00380032 TM X      -/-   Fm   Discharge Time
        00380040 LO X      -/-   t    Discharge Diagnosis Description
        00380050 LO X      -/-   p    Special Needs
        00380060 LO X      3/-   -    Service Episode ID
        00380061 LO X      -/-   -    Issuer of Service Episode ID
        00380062 LO X      3/-   t    Service Episode Description
        00380064 SQ X      3/-   -    Issuer of Service Episode ID Sequence
        00380300 LO X      -/-   -    Current Patient Location
        00380400 LO X      -/-   -    Patient's Institution Residence
        00380500 LO X      3/-   pt   Patient State
        00384000 LT X      -/-   t    Visit Comments
        003A0020 SH X      -/3   -    Multiplex Group Label
        003A0203 SH X      -/3   -    Channel Label
        003A020C LO X      -/3   -    Channel Derivation Description
        003A0310 UI U      -/1C  U    Multiplex Group UID
        003A0314 DT D      -/1   Fm   Impedance Measurement DateTime
        003A0329 ST X      -/3   t    Waveform Filter Description
        003A032B ST X      -/3   t    Filter Lookup Table Description
        00400001 AE X      -/-   d    Scheduled Station AE Title
        00400002 DA X      -/-   Fm   Scheduled Procedure Step Start Date
        00400003 TM X      -/-   Fm   Scheduled Procedure Step Start Time
        00400004 DA X      -/-   Fm   Scheduled Procedure Step End Date
        00400005 TM X      -/-   Fm   Scheduled Procedure Step End Time
        00400006 PN X      -/-   -    Scheduled Performing Physician's Name
        00400007 LO X      -/3   t    Scheduled Procedure Step Description
        00400009 SH X      -/1C  -    Scheduled Procedure Step ID
        0040000B SQ X      -/-   -    Scheduled Performing Physician Identification Sequence
        00400010 SH X      -/-   D    Scheduled Station Name
        00400011 SH X      -/-   D    Scheduled Procedure Step Location
        00400012 LO X      -/-   p    Pre-Medication
        00400241 AE X      -/-   d    Performed Station AE Title
        00400242 SH X      -/-   D    Performed Station Name
        00400243 SH X      -/-   -    Performed Location
        00400244 DA X      3/-   Fm   Performed Procedure Step Start Date
        00400245 TM X      3/-   Fm   Performed Procedure Step Start Time
        00400250 DA X      3/-   Fm   Performed Procedure Step End Date
        00400251 TM X      3/-   Fm   Performed Procedure Step End Time
        00400253 SH X      3/-   -    Performed Procedure Step ID
        00400254 LO X      3/-   t    Performed Procedure Step Description
        00400275 SQ X      3/3   t    Request Attributes Sequence
        00400280 ST X      3/-   t    Comments on the Performed Procedure Step
        00400310 ST X      3/-   t    Comments on Radiation Dose
        0040050A LO X      -/-   -    Specimen Accession Number
        00400512 LO D      1/1   -    Container Identifier
        00400513 SQ Z      2/2   -    Issuer of the Container Identifier Sequence
        0040051A LO X      3/3   t    Container Description
        00400551 LO D      -/1   -    Specimen Identifier
        00400554 UI U      -/1   U    Specimen UID
        00400555 SQ X/Z    2/-   s    Acquisition Context Sequence
        00400556 ST X      3/-   -    Acquisition Context Description
        00400562 SQ Z      -/2   -    Issuer of the Specimen Identifier Sequence
        00400600 LO X      -/3   t    Specimen Short Description
        00400602 UT X      -/3   t    Specimen Detailed Description
        00400610 SQ Z      -/2   s    Specimen Preparation Sequence
        004006FA LO X      -/-   -    Slide Identifier
        00401001 SH X      -/1C  -    Requested Procedure ID
        00401002 LO X      -/3   t    Reason for the Requested Procedure
        00401004 LO X      -/-   -    Patient Transport Arrangements
        00401005 LO X      -/-   -    Requested Procedure Location
        0040100A SQ X      -/2   t    Reason for Requested Procedure Code Sequence
        00401010 PN X      -/-   -    Names of Intended Recipients of Results
        00401011 SQ X      -/-   -    Intended Recipients of Results Identification Sequence
        00401101 SQ D      -/1   -    Person Identification Code Sequence
        00401102 ST X      -/3   -    Person's Address
        00401103 LO X      -/3   -    Person's Telephone Numbers
        00401104 LT X      -/3   -    Person's Telecom Information
        00401400 LT X      -/-   t    Requested Procedure Comments
        00402001 LO X      -/-   t    Reason for the Imaging Service Request
        00402004 DA X      -/-   Fm   Issue Date of Imaging Service Request
        00402005 TM X      -/-   Fm   Issue Time of Imaging Service Request
        00402008 PN X      -/-   -    Order Entered By
        00402009 SH X      -/-   -    Order Enterer's Location
        00402010 SH X      -/-   -    Order Callback Phone Number
        00402011 LT X      -/-   -    Order Callback Telecom Information
        00402016 LO Z      -/2   -    Placer Order Number / Imaging Service Request
        00402017 LO Z      -/2   -    Filler Order Number / Imaging Service Request
        00402400 LT X      -/-   t    Imaging Service Request Comments
        00403001 LO X      -/-   -    Confidentiality Constraint on Patient Data Description
        00404005 DT X      -/-   Fm   Scheduled Procedure Step Start DateTime
        00404008 DT X      -/-   Fm   Scheduled Procedure Step Expiration DateTime
        00404010 DT X      -/-   Fm   Scheduled Procedure Step Modification DateTime
        00404011 DT X      -/-   Fm   Expected Completion DateTime
        00404023 UI U      -/-   U    Referenced General Purpose Scheduled Procedure Step Transactio
        00404025 SQ X      -/-   D    Scheduled Station Name Code Sequence
        00404027 SQ X      -/-   D    Scheduled Station Geographic Location Code Sequence
        00404028 SQ X      -/-   D    Performed Station Name Code Sequence
        00404030 SQ X      -/-   D    Performed Station Geographic Location Code Sequence
        00404034 SQ X      -/-   -    Scheduled Human Performers Sequence
        00404035 SQ X      -/-   -    Actual Human Performers Sequence
        00404036 LO X      -/-   -    Human Performer's Organization
        00404037 PN X      -/-   -    Human Performer's Name
        00404050 DT X      -/-   Fm   Performed Procedure Step Start DateTime
        00404051 DT X      -/-   Fm   Performed Procedure Step End DateTime
        00404052 DT X      -/-   Fm   Procedure Step Cancellation DateTime
        0040A023 DA X      -/-   Fm   Findings Group Recording Date (Trial)
        0040A024 TM X      -/-   Fm   Findings Group Recording Time (Trial)
        0040A027 LO D      -/1   -    Verifying Organization
        0040A030 DT D      -/1   Fm   Verification DateTime
        0040A032 DT X/D    1C/1C Fm   Observation DateTime
        0040A033 DT X      -/3   Fm   Observation Start DateTime
        0040A034 DT X      -/-   -    Effective Start DateTime
        0040A035 DT X      -/-   -    Effective Stop DateTime
        0040A073 SQ D      1C/-  -    Verifying Observer Sequence
        0040A075 PN D      -/1   -    Verifying Observer Name
        0040A078 SQ X      3/-   -    Author Observer Sequence
        0040A07A SQ X      3/-   -    Participant Sequence
        0040A07C SQ X      3/-   -    Custodial Organization Sequence
        0040A082 DT Z      -/2   Fm   Participation DateTime
        0040A088 SQ Z      -/2   -    Verifying Observer Identification Code Sequence
        0040A110 DA X      -/-   Fm   Date of Document or Verbal Transaction (Trial)
        0040A112 TM X      -/-   Fm   Time of Document Creation or Verbal Transaction (Trial)
        0040A120 DT D      1C/1C Fm   DateTime
        0040A121 DA D      1C/1C Fm   Date
        0040A122 TM D      1C/1C Fm   Time
        0040A123 PN D      1C/1C -    Person Name
        0040A124 UI U      1C/1C -    UID
        0040A13A DT D      1C/1C Fm   Referenced DateTime
        0040A171 UI U      3/3   U    Observation UID
        0040A172 UI U      -/-   U    Referenced Observation UID (Trial)
        0040A192 DA X      -/-   Fm   Observation Date (Trial)
        0040A193 TM X      -/-   Fm   Observation Time (Trial)
        0040A307 PN X      -/-   -    Current Observer (Trial)
        0040A352 PN X      -/-   -    Verbal Source (Trial)
        0040A353 ST X      -/-   -    Address (Trial)
        0040A354 LO X      -/-   -    Telephone Number (Trial)
        0040A358 SQ X      -/-   -    Verbal Source Identifier Code Sequence (Trial)
        0040A402 UI U      -/-   U    Observation Subject UID (Trial)
        0040A730 SQ D      1C/1C s    Content Sequence
        0040B020 SQ X/D    1/-   -    Waveform Annotation Sequence
        0040B034 DT X      -/-   -    Annotation DateTime
        0040B036 DT X      -/-   -    Segment Definition DateTime
        0040B03B LT X      -/-   -    Montage Name
        0040B03F LT X      -/-   -    Montage Channel Label
        0040DB06 DT X      -/-   Fm   Template Version
        0040DB07 DT X      -/-   Fm   Template Local Version
        """
}
